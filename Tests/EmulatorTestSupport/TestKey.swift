// SPDX-License-Identifier: Apache-2.0

import _CryptoExtras

/// One key for all tests: making one takes longer than a test.
package enum TestKey {
    package static let shared = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation }
}
