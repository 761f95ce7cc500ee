// SPDX-License-Identifier: Apache-2.0

/// The few operations that the store needs of its folder; a test puts a recorder or a failing disk in its place.
protocol SlotStorage: AnyObject {
    /// What about the folder and its files an administrator should know, such as a wrong mode.
    var warnings: [String] { get }

    /// The whole path of a file, for messages.
    func path(of name: String) -> String

    /// Goes on in the folder that has the path by now; whether that is another one, in which nothing is yet.
    ///
    /// - Throws: ``StoreError`` where that cannot be used.
    func follow() throws(StoreError) -> Bool

    /// The bytes of a file, of a larger one the first `limitBytes`; `nil` where there is none.
    func read(_ name: String, limitBytes: Int) throws(StoreError) -> [UInt8]?

    /// The size of a file in bytes; 0 where there is none.
    func size(of name: String) throws(StoreError) -> Int

    /// Writes all bytes, creating the file where it is missing. What was written before a failure stays.
    func write(_ bytes: [UInt8], to name: String, at offset: Int) throws(StoreError)

    /// Cuts a file off.
    func shorten(_ name: String, to size: Int) throws(StoreError)

    /// Makes content, size and name of a file durable. After a failure nothing is known of its content on the disk.
    func synchronise(_ name: String) throws(StoreError)

    /// Whether anything has that name.
    func exists(_ name: String) throws(StoreError) -> Bool

    /// Renames, replacing what has the new name; durable on return.
    func rename(_ name: String, to newName: String) throws(StoreError)
}
