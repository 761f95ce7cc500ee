mkdir -p till/Sources/till
cd till
