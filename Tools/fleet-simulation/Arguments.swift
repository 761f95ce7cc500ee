// SPDX-License-Identifier: Apache-2.0

/// What the simulation was asked for.
struct Arguments {
    /// How many devices there are.
    var devices = 1_000_000
    /// What kind of day they have.
    var day = Day()
    /// Where the plot goes; `nil`: nowhere.
    var plot: String?

    /// Reads a command line without the program's name; `nil` where it is not understood.
    init?(_ words: some Sequence<String>) {
        var words = words.makeIterator()
        while let word = words.next() {
            guard let value = words.next() else { return nil }
            switch word {
            case "--devices":
                guard let count = Int(value), count > 0 else { return nil }
                devices = count
            case "--plot": plot = value
            case "--tokens":
                guard let tokens = Day.Tokens(rawValue: value) else { return nil }
                day = Day(tokens: tokens)
            default: return nil
            }
        }
    }

    /// How it is called.
    static let usage = "usage: fleet-simulation [--devices COUNT] [--tokens renewed|granted] [--plot FILE.svg]\n"
}
