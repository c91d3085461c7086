print("managed")
