sessionctl destroy --yes
