// SPDX-License-Identifier: Apache-2.0

import CSessiondArguments

/// What the program was called with, also where there is no /proc.
package enum ProgramArguments {
    /// The arguments behind the program's name; what is not UTF-8 in them is repaired.
    package static var texts: [String] {
        (1..<max(1, Int(carguments_count()))).compactMap { carguments_vector()[$0].map { String(cString: $0) } }
    }

    /// The last arguments, byte for byte, with a null behind them as execve(2) takes them.
    package static func last(_ count: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        carguments_vector() + (Int(carguments_count()) - count)
    }
}
