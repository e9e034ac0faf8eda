# vigil_npm_install(DIR): a build rule that gives DIR/node_modules what DIR/package-lock.json says, and reruns when that changes.
# Sets VIGIL_NPM_STAMP in the caller: depend on it. Run as a script (cmake -DDIR=… -P) this file does the installing.
if(CMAKE_SCRIPT_MODE_FILE)
  # npm writes this file last. The set-up script may have installed already, perhaps where there was a network and now is none.
  set(installed ${DIR}/node_modules/.package-lock.json)
  if(NOT EXISTS ${installed} OR ${DIR}/package-lock.json IS_NEWER_THAN ${installed})
    execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error WORKING_DIRECTORY ${DIR} RESULT_VARIABLE result)
    if(result)
      message(FATAL_ERROR "npm ci failed in ${DIR}: is the npm registry within reach?")
    endif()
  endif()
  file(TOUCH ${STAMP})
  return()
endif()

set(VIGIL_NPM_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(vigil_npm_install dir)
  find_program(NPM npm REQUIRED)
  string(MAKE_C_IDENTIFIER "${dir}" id)
  set(VIGIL_NPM_STAMP ${CMAKE_BINARY_DIR}/npm_${id}.stamp PARENT_SCOPE)
  set(stamp ${CMAKE_BINARY_DIR}/npm_${id}.stamp)
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} -DDIR=${CMAKE_SOURCE_DIR}/${dir} -DNPM=${NPM} -DSTAMP=${stamp} -P ${VIGIL_NPM_SCRIPT}
    DEPENDS ${CMAKE_SOURCE_DIR}/${dir}/package-lock.json
    COMMENT "Installing the npm packages of ${dir}" VERBATIM)
endfunction()
