// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A verb that calls the daemon.
protocol CallingCommand: ParsableCommand {
    /// The options that every verb has.
    var options: GlobalOptions { get }
}
