#include "lib/xml/library.h"

#include <libxml/globals.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

namespace systole::xml {
namespace {

void print_nothing(void*, const char*, ...) {}

struct Silence {
  Silence() { xmlSetGenericErrorFunc(nullptr, print_nothing); }
};

struct Prepared {
  Prepared() {
    xmlInitParser();
    xmlThrDefSetGenericErrorFunc(nullptr, print_nothing);
  }
};

}  // namespace

void prepare_library() {
  static const Prepared prepared;
  // libxml2 keeps the handler by thread.
  static thread_local const Silence silence;
  (void)silence;
}

}  // namespace systole::xml
