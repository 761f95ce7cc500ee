// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension SessionRequest {
    /// The request's line, refused here where the daemon would close the connection over its length.
    func checkedLine(id: Int64, deadlineSeconds: Double?) throws(ClientError) -> [UInt8] {
        let line = line(id: id, deadlineSeconds: deadlineSeconds)
        guard line.count <= WireLimits.requestLineBytes else {
            throw .requestTooLarge(Self.method, bytes: line.count)
        }
        return line
    }
}
