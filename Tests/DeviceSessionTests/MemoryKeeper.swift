// SPDX-License-Identifier: Apache-2.0

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// Keeps images beyond the end of a store, as the service manager does.
final class MemoryKeeper: StateKeeper {
    let images: [[UInt8]]
    /// What is kept now.
    private(set) var kept: [[UInt8]]
    /// Every image that was to be kept.
    private(set) var given: [[UInt8]] = []
    var keeps = true

    init(_ images: [[UInt8]] = []) { (self.images, kept) = (images, images) }

    func keep(_ image: [UInt8]) -> Bool {
        given.append(image)
        if keeps { kept = [image] }
        return keeps
    }

    func release(but image: Int?) { kept = image.map { [images[$0]] } ?? [] }
}
