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

    /// The settings; `nil`: there are none to go by.
    var settings: Settings? {
        guard case .loaded(let loaded) = self else { return nil }
        return loaded.settings
    }

    /// Reads the files as the daemon would.
    static func read(_ source: ConfigurationSource, for reader: FileReader) -> ConfigurationFacts {
        var loader = ConfigurationLoader(source)
        loader.reader = reader
        do throws(ConfigurationError) { return .loaded(try loader.load()) } catch { return .unusable(error) }
    }
}
