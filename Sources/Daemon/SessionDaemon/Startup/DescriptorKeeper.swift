// SPDX-License-Identifier: Apache-2.0

import Logging
import SealedStore
import SessiondSystemd

/// Has the service manager keep a state that the disk does not take.
final class DescriptorKeeper: StateKeeper, Sendable {
    /// The name of the descriptor.
    private static let name = "state"

    let images: [[UInt8]]
    private let names: [String]
    private let store: DescriptorStore
    private let logger: Logger

    /// Takes the descriptors that are the keeper's out of those that were inherited.
    init(taking inherited: inout [InheritedDescriptor], logger: Logger) {
        store = DescriptorStore(
            name: DescriptorKeeper.name, inherited: &inherited, maximumBytes: StoreLimits.maximumImageBytes)
        let usable = store.kept.compactMap { kept in kept.bytes.map { (kept.name, $0) } }
        (names, images, self.logger) = (usable.map(\.0), usable.map(\.1), logger)
        for kept in store.kept where kept.bytes == nil {
            logger.warning("descriptor \(kept.name) is no sealed file in memory with a state: ignored")
        }
    }

    func keep(_ image: [UInt8]) -> Bool {
        do throws(SystemdError) { return try store.keep(image) } catch {
            logger.error("the session is not kept beyond a restart either: \(error)")
            return false
        }
    }

    func release(but image: Int?) {
        do throws(SystemdError) { try store.removeAll(but: image.map { names[$0] }) } catch {
            logger.warning("the service manager keeps a state that is stored by now: \(error)")
        }
    }
}
