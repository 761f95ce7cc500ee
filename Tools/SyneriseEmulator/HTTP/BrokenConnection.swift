// SPDX-License-Identifier: Apache-2.0

/// Makes FlyingFox close a connection in the middle of a response.
struct BrokenConnection: Error {}
