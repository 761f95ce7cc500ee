// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What `sessionctl --help` shows: the verbs in groups, the most used first, on one screen. What a verb has is shown by its
/// own help.
enum RootHelp {
    /// Whether that is what a command line asks for, or nothing at all.
    static func isWanted(_ arguments: [String]) -> Bool {
        var left = arguments[...]
        while let argument = left.popFirst() {
            switch argument {
            case "--json", "--quiet": continue
            case "--socket", "--timeout":
                // A value that is missing is a mistake.
                guard left.popFirst() != nil else { return false }
            case "-h", "--help": return true
            case "help": return left.isEmpty
            default: return false
            }
        }
        return true
    }

    static let text = """
        Use the customer session of this device, which sessiond holds.

        Usage: sessionctl VERB [OPTION ...]       sessionctl VERB --help shows more

        The customer
          status          who the customer is, and how the session stands
          is-signed-in    yes; or no, with exit status 3
          uuid            the customer's UUID
          sign-in         by password, or at the authority itself
          sign-out        end the customer's session
          watch           every change, as it happens
          wait            until somebody is signed in, nobody is, or sessiond is ready
          touch           say that the customer is there: an idle session goes on
          identity        set or clear labels
          profile         what the authority knows of the customer
          regenerate      a new anonymous customer
          destroy         end the session, and forget the customer
          delete-account  delete the customer's account at the authority
          authenticate, authenticate-with-token, simple-authenticate
                          by a provider's token, by one from elsewhere, by a name
        Tokens
          token           the customer's, else the anonymous one
          exec            run a command with a token that it can read
          refresh         a new one, now
        The daemon
          doctor          look for what is wrong, from groups to TLS, and what to do
          health          ready, degraded or not ready, and why
          info            what runs, since when, with which configuration
          config          check the configuration, or show it
          reload          put a changed configuration into force
          access          who may do what, and by which line
          metrics         counts and measures, for OpenMetrics
          log-level       change what is logged
          api-key         use another API key at the authority
        Options
          --socket PATH   else $SESSIOND_SOCKET, else /run/sessiond/sessiond.sock
          --json          the daemon's own answer, as one line
          --quiet         nothing but errors: the exit status is the answer
          --timeout TIME  wait no longer, such as 10 or 2min (default: 30s)
          --version
        Examples
          sessionctl token --header | curl -H @- https://api.example.com/
          sessionctl is-signed-in --quiet && echo "Somebody is signed in"
        Exit status
          0 done; 1 refused; 3 no; 64 usage; 65 input refused; 66 no such file; 67 no
          such user; 69 sessiond not reached; 70 fault; 74 cannot be written; 75 try
          again; 76 not the protocol; 77 not permitted; 78 configuration; 124 time is
          up; 126, 127 exec

        """
}
