sessionctl identity set --identifier "till 4"
