// SPDX-License-Identifier: Apache-2.0

/// memfd_create(2), or writing to or sealing what it made, failed.
package struct SealedMemoryError: Error, Hashable, Sendable {
    /// Why, errno(3).
    package let errorNumber: CInt

    /// A failure for that reason.
    package init(errorNumber: CInt) { self.errorNumber = errorNumber }
}
