# Writes the state of the checkout into a header, anew at each build and only when it changed: cmake -DSOURCE=... -DHEADER=... -P
execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT described)
  set(described "unknown")
endif()
file(CONFIGURE OUTPUT "${HEADER}" CONTENT "#pragma once\n#define AIF_GIT_DESCRIBE \"${described}\"\n")
