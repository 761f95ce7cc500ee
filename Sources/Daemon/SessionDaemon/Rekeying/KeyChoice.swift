// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A key as the command line names it: the file that it is in, or none.
enum KeyChoice: ExpressibleByArgument {
    case none
    case file(String)

    init?(argument: String) { self = argument == "none" ? .none : .file(argument) }
}
