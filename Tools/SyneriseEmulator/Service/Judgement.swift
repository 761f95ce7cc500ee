// SPDX-License-Identifier: Apache-2.0

/// What a request that is granted is answered with.
enum Judgement {
    case token(TokenObject)
    case other(Answer)

    func answer(_ effect: Fault.Effect?) -> Answer {
        switch self {
        case .token(let object): .json(object.json(effect))
        case .other(let answer): answer
        }
    }
}
