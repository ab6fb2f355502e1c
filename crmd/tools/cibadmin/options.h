#pragma once

#include "lib/cli/option.h"

namespace systole::crmd::cibadmin {

enum OptionId {
  kUpgrade = 1,
  kQuery,
  kErase,
  kBump,
  kCreate,
  kModify,
  kPatch,
  kReplace,
  kDelete,
  kDeleteAll,
  kEmpty,
  kMd5Sum,
  kMd5SumVersioned,
  kShowAccess,
  kForce,
  kTimeout,
  kUser,
  kSyncCall,
  kLocal,
  kAllowCreate,
  kNoChildren,
  kXmlText,
  kXmlFile,
  kXmlPipe,
  kScope,
  kXpath,
  kNodePath,
  kNode,
  kHistoric,
  kFeatures,
};

extern const cli::Program kProgram;

}  // namespace systole::crmd::cibadmin
