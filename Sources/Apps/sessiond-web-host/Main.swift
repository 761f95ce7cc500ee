// SPDX-License-Identifier: Apache-2.0

import SessionWebHost

@main
struct Main {
    static func main() { WebHostProgram.main() }
}
