// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// Bytes that the service manager keeps for this service when a process of it ends, in its descriptor store.
///
/// The unit needs `FileDescriptorStoreMax=2`, systemd.service(5): what is next is handed over before the last is taken
/// back, so that there is always one of both, whenever the process is killed. It has one owner.
package final class DescriptorStore: Sendable {
    /// What an earlier process had kept.
    package struct Kept: Sendable {
        /// The name of its descriptor.
        package let name: String
        /// The bytes; nil where the descriptor is none that this type has made.
        package let bytes: [UInt8]?
    }

    /// What earlier processes had kept: usually one, two where the last was killed right between.
    package let kept: [Kept]

    private let names: [String]
    private let holder: any DescriptorHolder
    // Its one owner may be on another thread later, never on two at once: what guards each access need not guard two.
    private let usedNames: Monitor<[String]>
    /// Under which names the manager keeps something.
    private var used: [String] {
        get { usedNames.withLock { $0 } }
        set { usedNames.withLock { $0 = newValue } }
    }

    /// Takes the descriptors of its names, `NAME` and `NAME-next`, out of those that were inherited.
    package convenience init(name: String, inherited: inout [InheritedDescriptor], maximumBytes: Int) {
        self.init(name: name, inherited: &inherited, maximumBytes: maximumBytes, holder: ServiceNotifier())
    }

    init(
        name: String, inherited: inout [InheritedDescriptor], maximumBytes: Int, holder: any DescriptorHolder
    ) {
        let names = [name, name + "-next"]
        let kept = inherited.filter { names.contains($0.name) }.map { inherited in
            defer { close(inherited.descriptor) }
            let bytes = SealedMemory.read(inherited.descriptor, maximumBytes: maximumBytes)
            return Kept(name: inherited.name, bytes: bytes)
        }
        inherited.removeAll { names.contains($0.name) }
        self.kept = kept
        usedNames = Monitor(names.filter { name in kept.contains { $0.name == name } })
        (self.names, self.holder) = (names, holder)
    }

    /// Has bytes kept in place of all that were kept before.
    ///
    /// What could not be taken back of those is taken back with the next bytes, or by ``removeAll(but:)``.
    ///
    /// - Returns: Whether a manager was told; false outside a service.
    /// - Throws: ``SystemdError``: the bytes are not kept, and what was kept before still is.
    package func keep(_ bytes: [UInt8]) throws(SystemdError) -> Bool {
        let memory: SealedMemory
        do throws(SealedMemoryError) { memory = try SealedMemory(bytes, name: names[0]) } catch {
            throw .memory(errorNumber: error.errorNumber)
        }
        if used.count == names.count { try remove(used[0]) }
        guard let free = names.first(where: { !used.contains($0) }),
            try holder.store(memory.descriptor, name: free)
        else { return false }
        let last = used
        used.append(free)
        for name in last { try? remove(name) }
        return true
    }

    /// Takes back what is kept, but not that of a name.
    ///
    /// - Throws: ``SystemdError``.
    package func removeAll(but name: String? = nil) throws(SystemdError) {
        for used in used where used != name { try remove(used) }
    }

    private func remove(_ name: String) throws(SystemdError) {
        _ = try holder.removeStored(name: name)
        used.removeAll { $0 == name }
    }
}

/// Whoever keeps descriptors from one process of a service to the next.
protocol DescriptorHolder: Sendable {
    /// Takes a descriptor; whether there is anybody who does.
    func store(_ descriptor: CInt, name: String) throws(SystemdError) -> Bool

    /// Gives those of a name up; whether there is anybody who does.
    func removeStored(name: String) throws(SystemdError) -> Bool
}

extension ServiceNotifier: DescriptorHolder {}
