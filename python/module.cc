#include <pybind11/pybind11.h>

#include "python/bindings.h"

PYBIND11_MODULE(_native, module) {
  module.doc() = "The C++ library behind gwpolicy. Use the package gwpolicy; this is not public.";
  gwpolicy::python::RegisterFindings(module);
  gwpolicy::python::RegisterObjects(module);
  gwpolicy::python::RegisterManifest(module);
  gwpolicy::python::RegisterValidate(module);
  gwpolicy::python::RegisterResults(module);
  gwpolicy::python::RegisterEngine(module);
  gwpolicy::python::RegisterReport(module);
  gwpolicy::python::RegisterDiff(module);
  gwpolicy::python::RegisterEnvoy(module);
  gwpolicy::python::RegisterProbeEntries(module);
  gwpolicy::python::RegisterProbe(module);
  gwpolicy::python::RegisterTrust(module);
  gwpolicy::python::RegisterVerify(module);
}
