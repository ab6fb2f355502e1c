#include "lib/xml/library.h"

#include <libxml/globals.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlmemory.h>

#include <cstdlib>
#include <cstring>

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

void allocate_with(const Allocation& allocation) {
  // The last one is for short names only, and need not follow.
  (void)xmlMemSetup(std::free, allocation.allocate, allocation.resize, ::strdup);
}

void prepare_library() {
  static const Prepared prepared;
  // libxml2 keeps the handler by thread.
  static thread_local const Silence silence;
  (void)silence;
}

}  // namespace systole::xml
