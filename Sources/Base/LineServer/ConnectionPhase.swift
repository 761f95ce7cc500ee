// SPDX-License-Identifier: Apache-2.0

/// How far a connection's life has come.
enum ConnectionPhase: Equatable {
    /// Requests come and answers go.
    case open
    /// The daemon stops: what had arrived is still read, and nothing arrives any more.
    case cutOff
    /// What comes is thrown away until an instant, so that the peer can read why.
    case draining(until: Duration)
    /// Gone.
    case closed
}
