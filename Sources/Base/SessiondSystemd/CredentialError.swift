// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// Why a credential could not be read; one that is absent is no error.
package enum CredentialError: Error, Hashable, Sendable {
    /// The name is not a plain file name.
    case invalidName(String)
    /// The file exists but could not be opened or read; `errorNumber` is an errno(3) value.
    case unreadable(path: String, errorNumber: CInt)
    /// It is a folder, a pipe or a device.
    case notAFile(path: String)
    /// Others than root and the user of this process could have written it.
    case notTrusted(path: String, reason: String)
    /// It is larger than the caller accepts.
    case tooLarge(path: String, maximumBytes: Int)
    /// It grew while it was read.
    case changed(path: String)
}

extension CredentialError: CustomStringConvertible {
    /// One sentence that names the file, what failed and what to do; never the content.
    package var description: String {
        switch self {
        case .invalidName(let name):
            "\"\(LogText.escaped(name))\" cannot name a credential; use a file name without a slash"
        case .unreadable(let path, let number):
            "cannot read the credential \(path): \(ErrorText.of(number)); "
                + "check LoadCredential= of the unit and the file it names"
        case .notAFile(let path):
            "the credential \(path) is not a regular file; check LoadCredential= of the unit"
        case .notTrusted(let path, let reason): "the credential \(path) is not trusted: \(reason)"
        case .tooLarge(let path, let maximumBytes):
            "the credential \(path) has more than \(maximumBytes) bytes; store a smaller one"
        case .changed(let path):
            "the credential \(path) changed while it was read; restart the service when it is complete"
        }
    }
}
