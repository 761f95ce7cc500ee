// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration

/// Whether the host that the daemon has to reach first has an address: the authority, or the proxy before it.
struct NameServiceCheck: DoctorCheck {
    static let name = "dns"

    /// `nil`: there is no usable configuration.
    let settings: Settings?

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        guard let host else { return .skipped("the \(settings.authority.kind.name) authority needs no network") }
        if host.hasPrefix("[") { return .ok("\(host) is an address") }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var found: UnsafeMutablePointer<addrinfo>?
        let error = getaddrinfo(host, nil, &hints, &found)
        guard error == 0 else {
            let reason = error == EAI_SYSTEM ? String(cString: strerror(errno)) : String(cString: gai_strerror(error))
            return .problem("\(host): \(reason)", hint: "getent hosts \(host); \(NameServiceCheck.servers)")
        }
        defer { freeaddrinfo(found) }
        let addresses = sequence(first: found, next: { $0?.pointee.ai_next }).compactMap { $0?.pointee.text }
        return .ok("\(host) is \(addresses.joined(separator: ", "))")
    }

    func late(after limit: String) -> DoctorFinding {
        .problem("no name server has answered for \(host ?? "it") within \(limit)", hint: NameServiceCheck.servers)
    }

    private static let servers = "cat /etc/resolv.conf; resolvectl status"

    private var host: String? { settings.flatMap { $0.authority.kind.network?.firstHop($0)?.host } }
}

extension addrinfo {
    /// The address as numbers.
    fileprivate var text: String? {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(ai_addr, ai_addrlen, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return host.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
}
