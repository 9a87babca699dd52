// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
//
// All functions are inline in the header; SwiftPM needs one source file in a C target.

#include "CLibcurl.h"
