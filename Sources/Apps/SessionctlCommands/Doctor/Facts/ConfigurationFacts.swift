// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessiondLinux

/// The configuration as its files have it now.
enum ConfigurationFacts: Sendable {
    /// It can be used.
    case loaded(LoadedConfiguration)
    /// It cannot be used.
    case unusable(ConfigurationError)
    /// Its files could not be read in time.
    case late
    /// It is not known which files they are.
    case unknown

    /// The settings, also where other lines cannot be used; `nil`: there are none to go by.
    var settings: Settings? {
        switch self {
        case .loaded(let loaded): loaded.settings
        case .unusable(let error): error.otherSettings
        case .late, .unknown: nil
        }
    }

    /// Whether the daemon could run with it.
    var isUsable: Bool {
        if case .loaded = self { true } else { false }
    }

    /// Reads the files as the daemon would.
    static func read(_ source: ConfigurationSource, for reader: FileReader) -> ConfigurationFacts {
        var loader = ConfigurationLoader(source)
        loader.reader = reader
        do throws(ConfigurationError) { return .loaded(try loader.load()) } catch { return .unusable(error) }
    }
}
