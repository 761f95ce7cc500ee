// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessionctl",
        abstract: "Use the customer session of this device.",
        discussion: """
            Asks sessiond, the daemon that holds it. The answer goes to standard output, everything else to standard \
            error.

            Exit status: 0 done; 1 refused; 3 no (is-signed-in, health, doctor, a condition other than SUCCESS); 64 usage; \
            65 input that is refused; 66 a file that cannot be read; 67 no such user or group; 69 sessiond cannot be \
            reached, or the connection broke; 70 internal; 74 the answer cannot be written; 75 try again later; 76 not the protocol; 77 not permitted; \
            78 configuration; 124 the time is up; 126 a command that cannot be executed; 127 one that is not found. \
            exec has the command's own.
            """,
        version: "sessionctl \(Product.version)",
        subcommands: [
            StatusCommand.self, IsSignedInCommand.self, UUIDCommand.self, TokenCommand.self, RefreshCommand.self,
            RegenerateCommand.self, DestroyCommand.self, SignInCommand.self, AuthenticateCommand.self,
            AuthenticateWithTokenCommand.self, SimpleAuthenticateCommand.self, SignOutCommand.self,
            IdentityCommand.self, TouchCommand.self, ExecCommand.self, WatchCommand.self, HealthCommand.self,
            WaitCommand.self, InfoCommand.self, AccessCommand.self, ConfigCommand.self, ReloadCommand.self,
            LogLevelCommand.self, ProfileCommand.self, DeleteAccountCommand.self, APIKeyCommand.self,
            DoctorCommand.self, MetricsCommand.self,
        ]
    )

    @OptionGroup var options: GlobalOptions
}
