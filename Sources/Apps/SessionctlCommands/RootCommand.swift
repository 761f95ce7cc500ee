// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessionctl",
        abstract: "Use the customer session of this device.",
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
