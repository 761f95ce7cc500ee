// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct SystemdErrorTests {
    @Test(arguments: [
        (SystemdError.inheritedDescriptors(errorNumber: EBADF), "LISTEN_FDS"),
        (.notification(state: "READY", errorNumber: ENOENT), "READY to the socket in NOTIFY_SOCKET"),
        (.thread(name: "log", errorNumber: EAGAIN), "thread log"),
        (.machineIdentifier(errorNumber: ENOENT), "/etc/machine-id"),
        (.bootIdentifier(errorNumber: ENOENT), "/proc/sys/kernel/random/boot_id"),
    ])
    func namesWhatFailed(error: SystemdError, part: String) {
        #expect(error.description.contains(part))
    }

    @Test(arguments: [
        (CredentialError.invalidName("a/\n"), "\"a/\\n\""),
        (.unreadable(path: "/c/k", errorNumber: EACCES), "/c/k: Permission denied"),
        (.notAFile(path: "/c/k"), "/c/k is not a regular file"),
        (.tooLarge(path: "/c/k", maximumBytes: 2), "/c/k has more than 2 bytes"),
        (.changed(path: "/c/k"), "/c/k changed"),
    ])
    func namesTheCredential(error: CredentialError, part: String) {
        #expect(error.description.contains(part))
    }
}
