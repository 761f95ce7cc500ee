// SPDX-License-Identifier: Apache-2.0

import SessionctlCommands

@main
struct Main {
    static func main() { Sessionctl.main() }
}
