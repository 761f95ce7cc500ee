// SPDX-License-Identifier: Apache-2.0

/// The faults in the order in which they were added; the first that fits a request applies to it, alone.
struct FaultList<Authority: EmulatedAuthority> {
    private var active: [(fault: AuthorityFault<Authority>, remaining: Int?)] = []

    mutating func add(_ faults: [AuthorityFault<Authority>]) { active += faults.map { ($0, $0.times) } }

    mutating func removeAll() { active = [] }

    /// What applies to the next request, counted down.
    mutating func take(for endpoint: Authority.Endpoint?) -> AuthorityFault<Authority>? {
        guard let index = active.firstIndex(where: { $0.fault.applies(to: endpoint) }) else { return nil }
        let fault = active[index].fault
        if let remaining = active[index].remaining {
            active[index].remaining = remaining - 1
            if remaining == 1 { active.remove(at: index) }
        }
        return fault
    }

    /// What is there, with how often each will still apply; `nil`: always.
    var entries: [(text: String, remaining: Int?)] { active.map { ($0.fault.text, $0.remaining) } }
}
