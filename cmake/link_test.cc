// Linked with every object of one core library and its declared dependencies: that it links is the
// test.
int main() {
  return 0;
}
