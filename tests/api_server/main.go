// Command api_server says what the API server would answer to objects of custom resources, by the
// API server's own packages: one JSON line for each object of a YAML stream or of JSON lines.
//
//	api_server [-json] OBJECTS CRD...
//
// A line has the causes of the refusal, each with its field and message as `kubectl create
// --validate=strict` gets them: {"index": 0, "causes": [{"field": "spec.x", "message": "Required value"}]}.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	kjson "sigs.k8s.io/json"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

type definition struct {
	schema     *schema.Structural
	validator  validation.SchemaValidator
	cel        *cel.Validator
	namespaced bool
	hasStatus  bool
	served     bool
}

type cause struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

type answer struct {
	Index  int     `json:"index"`
	Causes []cause `json:"causes"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "api_server:", err)
		os.Exit(1)
	}
}

func load(files []string) map[string]*definition {
	scheme := kruntime.NewScheme()
	check(apiextensions.AddToScheme(scheme))
	check(apiextv1.AddToScheme(scheme))
	decoder := serializer.NewCodecFactory(scheme).UniversalDeserializer()
	known := map[string]*definition{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		check(err)
		for _, doc := range split(raw) {
			if !bytes.Contains(doc, []byte("\nkind: CustomResourceDefinition\n")) {
				continue // what else comes with a release
			}
			object, _, err := decoder.Decode(doc, nil, nil)
			check(err)
			in := &apiextensions.CustomResourceDefinition{}
			check(scheme.Convert(object, in, nil))
			for _, v := range in.Spec.Versions {
				s, err := apiextensions.GetSchemaForVersion(in, v.Name)
				check(err)
				structural, err := schema.NewStructural(s.OpenAPIV3Schema)
				check(err)
				validator, _, err := validation.NewSchemaValidator(s.OpenAPIV3Schema)
				check(err)
				sub, err := apiextensions.GetSubresourcesForVersion(in, v.Name)
				check(err)
				known[in.Spec.Group+"/"+v.Name+"/"+in.Spec.Names.Kind] = &definition{
					structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit),
					in.Spec.Scope == apiextensions.NamespaceScoped, sub != nil && sub.Status != nil, v.Served}
			}
		}
	}
	return known
}

func split(data []byte) [][]byte {
	var docs [][]byte
	for _, part := range bytes.Split(append([]byte("\n"), data...), []byte("\n---")) {
		if end := bytes.IndexByte(part, '\n'); len(bytes.TrimSpace(part)) > 0 && end >= 0 {
			docs = append(docs, part[end+1:])
		}
	}
	return docs
}

// The steps of apiextensions-apiserver's create, in their order.
func judge(raw []byte, known map[string]*definition) []cause {
	one := func(f, format string, args ...any) []cause { return []cause{{f, fmt.Sprintf(format, args...)}} }
	var object map[string]any
	strict, err := kjson.UnmarshalStrict(raw, &object)
	if err != nil {
		return one("", "%v", err)
	}
	check(utiljson.Unmarshal(raw, &object))
	version, kind := fmt.Sprint(object["apiVersion"]), fmt.Sprint(object["kind"])
	d := known[version+"/"+kind]
	if d == nil || !d.served {
		return one("apiVersion", "no matches for kind %q in version %q", kind, version)
	}
	var told []cause
	add := func(message string) {
		f := ""
		if i, j := strings.Index(message, "\""), strings.LastIndex(message, "\""); i >= 0 && j > i {
			f = message[i+1 : j]
		}
		told = append(told, cause{f, message})
	}
	for _, e := range strict {
		add(e.Error())
	}
	meta := metav1.ObjectMeta{}
	if m, ok := object["metadata"]; ok && m != nil {
		b, err := json.Marshal(m)
		check(err)
		unknown, err := kjson.UnmarshalStrict(b, &meta)
		if err != nil {
			return one("metadata", "%v", err)
		}
		for _, e := range unknown {
			add(strings.Replace(e.Error(), "\"", "\"metadata.", 1))
		}
	}
	for _, path := range pruning.PruneWithOptions(object, d.schema, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		add(`unknown field "` + path + `"`)
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, d.schema)
	defaulting.Default(object, d.schema)
	if d.hasStatus {
		delete(object, "status")
	}
	if !d.namespaced {
		meta.Namespace = ""
	} else if meta.Namespace == "" {
		meta.Namespace = "default"
	}
	if meta.Name == "" && meta.GenerateName != "" {
		meta.Name = meta.GenerateName + "abcde"
	}
	errs := apivalidation.ValidateObjectMeta(&meta, d.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, validation.ValidateCustomResource(nil, object, d.validator)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, d.schema, object)...)
	blocked := false
	for _, e := range errs {
		switch e.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			blocked = true
		}
	}
	if d.cel != nil {
		if blocked {
			errs = append(errs, field.Invalid(nil, nil, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"))
		} else {
			more, _ := d.cel.Validate(context.Background(), nil, d.schema, object, nil, celconfig.RuntimeCELCostBudget)
			errs = append(errs, more...)
		}
	}
	for _, e := range errs {
		told = append(told, cause{e.Field, e.ErrorBody()})
	}
	return told
}

func main() {
	lines := flag.Bool("json", false, "the input is one JSON object a line")
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "usage: api_server [-json] OBJECTS CRD...")
		os.Exit(2)
	}
	data, err := os.ReadFile(flag.Arg(0))
	check(err)
	known := load(flag.Args()[1:])
	var raws [][]byte
	if *lines {
		for _, line := range bytes.Split(data, []byte("\n")) {
			if len(bytes.TrimSpace(line)) > 0 {
				raws = append(raws, line)
			}
		}
	} else {
		for _, doc := range split(data) {
			raw, err := yaml.YAMLToJSON(doc)
			if err != nil {
				raw = []byte("null")
			}
			raws = append(raws, raw)
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for i, raw := range raws {
		causes := judge(raw, known)
		if causes == nil {
			causes = []cause{}
		}
		check(out.Encode(answer{i, causes}))
	}
}
