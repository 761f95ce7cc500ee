// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionConfiguration
import SessionProtocol

/// Which configuration is looked at: the file that was named, else what the daemon says that it runs with, else what an
/// installed one reads.
struct ConfigurationChoice {
    let source: ConfigurationSource
    /// Whether it is the configuration of a daemon that systemd runs.
    let isInstalled: Bool
    /// Who runs a daemon that was started by hand; `nil`: nobody knows.
    let account: DaemonAccount?
    /// Why it is not known whether the daemon reads these files; `nil`: it does, or they were named.
    let doubt: String?

    // How long systemd is asked, and then the daemon.
    private static let patience = Duration.seconds(2)

    /// The file that was named.
    init(named file: String) { self.init(.file(file), isInstalled: false) }

    /// What the daemon on a socket reads; one that does not run is not started for it.
    ///
    /// - Parameter limit: How long it is asked; `nil`: not long.
    init(ofDaemonOn path: SocketPath, within limit: Duration?) {
        let units = Units.ask(within: ConfigurationChoice.patience)
        let isOfUnit = units.socket(listeningOn: path.description) != nil
        if isOfUnit, let service = units[.service], service.mainProcess == nil {
            // Its socket would start it, maybe before all is there that it is to find.
            self.init(.search(.system), isInstalled: true)
        } else {
            self.init(asking: path, within: limit ?? ConfigurationChoice.patience, isOfUnit: isOfUnit)
        }
    }

    private init(
        _ source: ConfigurationSource, isInstalled: Bool, account: DaemonAccount? = nil, doubt: String? = nil
    ) {
        (self.source, self.isInstalled, self.account, self.doubt) = (source, isInstalled, account, doubt)
    }

    private init(asking path: SocketPath, within limit: Duration, isOfUnit: Bool) {
        let answer = Result { () throws(ClientError) in
            try BlockingSessionClient(path: path).call(GetInfo(), deadline: limit)
        }
        switch answer {
        case .success(let info):
            if let source = ConfigurationSource(of: info.configuration) {
                let isInstalled = isOfUnit || source.named == nil
                let owner = isInstalled ? nil : try? FileFacts(path.description).user
                self.init(source, isInstalled: isInstalled, account: owner.flatMap(DaemonAccount.init(user:)))
            } else {
                self.init(.search(.system), isInstalled: true, doubt: "it does not say which files it reads")
            }
        case .failure(let error):
            // Where nobody has made a socket, nobody runs who could read others.
            let isNobodyThere = error.code == .unreachable && path == .standard
            self.init(.search(.system), isInstalled: true, doubt: isNobodyThere ? nil : error.message)
        }
    }

    /// The doubt as a line that names what to do about it.
    var note: String? {
        doubt.map {
            "note: these are the files that an installed sessiond reads; whether it reads others is not known (\($0)): "
                + "--config FILE names them"
        }
    }
}

extension ConfigurationSource {
    /// Which files a daemon reads, as it says itself; `nil`: it does not say.
    init?(of running: InfoAnswer.Configuration) {
        guard let first = running.files.first else {
            // Where it could use none of those that it searched, it names none.
            guard running.problem == nil else { return nil }
            self = .search(.system)
            return
        }
        let roots = ConfigurationRoots.system
        let isSearched = [roots.administrator, roots.runtime, roots.vendor].contains { first.hasPrefix($0 + "/") }
        self = isSearched ? .search(.system) : .file(first)
    }
}
