// SPDX-License-Identifier: Apache-2.0
//
// Uses the customer session of the device from the event loop of Qt 6 (or 5):
//
//     c++ -std=c++17 -fPIC -o session session.cpp $(pkg-config --cflags --libs libsessiond Qt6Core)
//     ./session token    prints whose token there is, and until when it lives
//     ./session watch    prints who the customer is, now and whenever that changes, until it is interrupted
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.
#include <QCoreApplication>
#include <QSocketNotifier>
#include <QString>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <sessiond/sessiond.h>
#include <utility>

// How long a call may take.
#define DEADLINE_SECONDS 10

// The session, as an object of the event loop.
class Session {
public:
    using Answered = std::function<void(const sessiond_answer *, const sessiond_error *)>;
    using Changed = std::function<void(const sessiond_change *)>;

    Session() {
        sessiond_error *error = nullptr;
        if (sessiond_client_new(nullptr, &client, &error) != SESSIOND_OK) {
            std::fprintf(stderr, "session: %s\n", sessiond_error_message(error));
            std::exit(1);
        }
        // All that connects the two: one notifier, which stays the same over lost connections.
        notifier = std::make_unique<QSocketNotifier>(sessiond_client_fd(client), QSocketNotifier::Read);
        QObject::connect(notifier.get(), &QSocketNotifier::activated, [this] { sessiond_client_dispatch(client); });
    }

    ~Session() {
        notifier.reset();
        sessiond_client_unref(client);
    }

    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    void call(sessiond_request *request, Answered answered) {
        auto *waiting = new Answered(std::move(answered));
        sessiond_call_async(client, request, DEADLINE_SECONDS * 1000, tellAnswer, waiting, nullptr);
    }

    void follow(Changed changed) {
        onChange = std::move(changed);
        if (sessiond_follow(client, tellChange, this, nullptr, nullptr) != SESSIOND_OK) std::exit(1);
    }

private:
    static void tellAnswer(sessiond_answer *answer, sessiond_error *error, void *waiting) {
        std::unique_ptr<Answered> answered(static_cast<Answered *>(waiting));
        (*answered)(answer, error);
    }

    static void tellChange(const sessiond_change *change, void *session) {
        static_cast<Session *>(session)->onChange(change);
    }

    sessiond_client *client = nullptr;
    std::unique_ptr<QSocketNotifier> notifier;
    Changed onChange;
};

static int printToken(const sessiond_answer *answer, const sessiond_error *error) {
    if (error != nullptr) {
        std::fprintf(stderr, "session: %s\n", sessiond_error_message(error));
        return 1;
    }
    // sessiond_token_reveal() is what goes into the header `Authorization: Bearer …`; it is never printed.
    const sessiond_token *token = sessiond_answer_token(answer);
    std::printf("%s %s\n", sessiond_token_uuid(token), sessiond_token_expires_at(token));
    return 0;
}

static void printChange(const sessiond_change *change) {
    static QString last;
    const sessiond_status *status = sessiond_change_status(change);
    if (const sessiond_error *error = sessiond_change_error(change))
        std::fprintf(stderr, "session: %s\n", sessiond_error_message(error));
    if (status == nullptr) return;
    QString view = QStringLiteral("%1 %2 %3").arg(
        QString::fromUtf8(sessiond_status_state_name(status)), QString::fromUtf8(sessiond_status_uuid(status)),
        QString::number(sessiond_status_generation(status)));
    if (view != last) std::puts(view.toUtf8().constData());
    // Where nobody reads any more, SIGPIPE ends it; where that is ignored, this does.
    if (std::fflush(stdout) != 0) std::exit(1);
    last = view;
}

int main(int count, char **arguments) {
    QCoreApplication app(count, arguments);
    const QString verb = count == 2 ? QString::fromLocal8Bit(arguments[1]) : QString();
    Session session;
    if (verb == QLatin1String("token")) {
        session.call(
            sessiond_request_retrieve_token(60),
            [&app](const auto *answer, const auto *error) { app.exit(printToken(answer, error)); });
    } else if (verb == QLatin1String("watch")) {
        session.follow(printChange);
    } else {
        std::fprintf(stderr, "usage: session token|watch\n");
        return 64;
    }
    return app.exec();
}
