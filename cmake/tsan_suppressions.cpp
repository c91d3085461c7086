extern "C" const char* __tsan_default_suppressions();

// cpp-httplib comes compiled, without the thread sanitizer, and the guards of its static locals (the methods that it knows, its
// expressions) are inlined: that one thread has set them up before another reads them is never seen. What the library itself reads
// through intercepted functions is left out, then; our handlers that it calls are looked at as ever.
extern "C" const char* __tsan_default_suppressions() { return "called_from_lib:libcpp-httplib.so\n"; }
