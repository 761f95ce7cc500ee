swift run till
