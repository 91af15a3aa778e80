#pragma once

// The version of the SDK (semver.org). While the major version is 0, a new minor version may change the interface, and the soname
// of a shared library is "<major>.<minor>"; from 1.0 on only a new major version may, and the soname is "<major>". The build
// reads the numbers from here.
#define CLERK_VERSION_MAJOR 0
#define CLERK_VERSION_MINOR 1
#define CLERK_VERSION_PATCH 0
