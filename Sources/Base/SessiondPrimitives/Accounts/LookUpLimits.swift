// SPDX-License-Identifier: Apache-2.0

/// How long names are waited for, and how often they are asked again.
package enum LookUpLimits {
    /// How long an answer is waited for where somebody waits; it counts when it comes later, too.
    package static let deadline = Duration.seconds(5)
    /// How long the start waits for names before it serves callers without them.
    package static let start = Duration.seconds(1)
    /// How long an answer is waited for that only makes a message easier to read.
    package static let courtesy = Duration.seconds(1)
    /// Look-ups at a time. As long as fewer names than that hang, none waits for another.
    package static let threads = 32
    /// The pauses after a name could not be asked: the first, which is doubled each time, and the longest.
    package static let pausesOfUnavailable = (first: Duration.seconds(1), longest: Duration.seconds(300))
    /// Those after an answer that there is no such name: a directory that is down may say so, as sssd(8) does.
    package static let pausesOfAbsent = (first: Duration.seconds(10), longest: Duration.seconds(900))
}
