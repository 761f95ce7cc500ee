// SPDX-License-Identifier: Apache-2.0

import SessionDaemon

@main
struct Main {
    static func main() { SessiondProgram.main() }
}
