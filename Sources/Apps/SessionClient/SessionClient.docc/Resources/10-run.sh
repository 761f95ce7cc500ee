swift run till &
