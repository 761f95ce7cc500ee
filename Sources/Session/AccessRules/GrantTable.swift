// SPDX-License-Identifier: Apache-2.0

/// What rules grant to ids, each once and in order: there may be thousands of rules, and a caller may be in thousands of
/// groups.
struct GrantTable: Sendable, Equatable {
    private var ids: [UInt32] = []
    private var grants: [CapabilitySet] = []

    init(_ grants: [(id: UInt32, capabilities: CapabilitySet)]) {
        for grant in grants.sorted(by: { $0.id < $1.id }) {
            if ids.last == grant.id {
                self.grants[ids.count - 1].formUnion(grant.capabilities)
            } else {
                ids.append(grant.id)
                self.grants.append(grant.capabilities)
            }
        }
    }

    /// What an id has been granted.
    func capabilities(of id: UInt32) -> CapabilitySet { ids.place(inOrder: id).map { grants[$0] } ?? [] }

    /// What any of several ids has been granted, which are in order.
    func capabilities(ofAny others: [UInt32]) -> CapabilitySet {
        var union: CapabilitySet = []
        // The longer list is not gone through.
        if others.count < ids.count {
            for id in others { union.formUnion(capabilities(of: id)) }
        } else {
            for index in ids.indices where others.place(inOrder: ids[index]) != nil { union.formUnion(grants[index]) }
        }
        return union
    }
}

extension [UInt32] {
    /// Where a number is among numbers in order; `nil`: it is not.
    func place(inOrder number: UInt32) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == number ? low : nil
    }
}
