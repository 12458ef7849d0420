#define PYTHON_VERSION "@version@"
