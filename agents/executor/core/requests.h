#pragma once

#include "agents/executor/core/action.h"
#include "agents/executor/core/event.h"

namespace systole::executor {

// What clients ask for.

void on_client_registered(Step& step, const ClientRegistered& event);
void on_client_gone(Step& step, const ClientGone& event);
void on_register(Step& step, const RegisterResource& event);
void on_unregister(Step& step, const UnregisterResource& event);
void on_execute(Step& step, const Execute& event);
void on_cancel(Step& step, const Cancel& event);
void on_poke(Step& step, const Poke& event);
void on_confirm(Step& step, const Confirm& event);

}  // namespace systole::executor
