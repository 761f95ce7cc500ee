// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux

/// The partitions of this machine by their names, and the devices that they are.
struct Partitions: Sendable {
    let devices: [String: dev_t]

    private static let folder = "/dev/disk/by-partlabel"

    init(devices: [String: dev_t]) { self.devices = devices }

    /// Those that udev(7) has found.
    static func current() -> Partitions {
        let named = FolderListing.sortedNames(in: folder).compactMap { name -> (String, dev_t)? in
            var facts = stat()
            return stat("\(folder)/\(name)", &facts) == 0 ? (name, facts.st_rdev) : nil
        }
        return Partitions(devices: Dictionary(named) { first, _ in first })
    }

    /// The partition on a device, and another one that is named like it but for a last letter, as the two system images of a
    /// machine are; `nil`: there are no such two.
    func twins(on device: dev_t) -> (own: String, other: String)? {
        let own = devices.filter { $0.value == device }.keys.sorted()
        for name in own {
            guard let place = Partitions.letters.firstIndex(where: { name.hasSuffix($0.own) }) else { continue }
            let letters = Partitions.letters[place]
            let other = name.dropLast() + letters.other
            if name.utf8.count > 1, devices[String(other)] != nil { return (name, String(other)) }
        }
        return nil
    }

    private static let letters = [("a", "b"), ("b", "a"), ("A", "B"), ("B", "A")].map { (own: $0.0, other: $0.1) }
}
