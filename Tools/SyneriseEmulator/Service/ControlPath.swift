// SPDX-License-Identifier: Apache-2.0

/// Where the emulator itself is steered; such calls are in no log and no fault applies to them.
enum ControlPath {
    static let prefix = "/__control/"
}
