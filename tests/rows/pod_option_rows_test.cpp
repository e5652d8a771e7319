/// What becomes of Flink's options about its pods.
#include "tests/rows/pod_rows.hpp"

namespace drey::rows {

namespace {

const pod_row option_rows[] = {
    {"image of the options is below spec.image",
     {{"kubernetes.container.image.ref", "other"}},
     "",
     "",
     jm,
     main_path + "/image",
     R"("flink:1.20")"},
    {"pull policy",
     {{"kubernetes.container.image.pull-policy", "Always"}},
     "",
     "",
     jm,
     main_path + "/imagePullPolicy",
     R"("Always")"},
    {"pull secrets beside the template's",
     {{"kubernetes.container.image.pull-secrets", "a;b"}},
     R"({"spec":{"imagePullSecrets":[{"name":"b"},{"name":"c"}]}})",
     "",
     tm,
     "/spec/imagePullSecrets",
     R"([{"name":"b"},{"name":"c"},{"name":"a"}])"},
    {"spec.serviceAccount over the template",
     {},
     R"({"spec":{"serviceAccountName":"t",
     "serviceAccount":"t"}})",
     "",
     jm,
     "/spec/serviceAccountName",
     R"("flink")"},
    {"the older spelling goes",
     {},
     R"({"spec":{"serviceAccount":"t"}})",
     "",
     jm,
     "/spec/serviceAccount",
     ""},
    {"an account of one side",
     {{"kubernetes.taskmanager.service-account", "tm"}},
     "",
     "",
     tm,
     "/spec/serviceAccountName",
     R"("tm")"},
    {"is not the other's",
     {{"kubernetes.taskmanager.service-account", "tm"}},
     "",
     "",
     jm,
     "/spec/serviceAccountName",
     R"("flink")"},
    {"labels",
     {{"kubernetes.jobmanager.labels", "team:a,app:x"}},
     "",
     "",
     jm,
     "/metadata/labels/team",
     R"("a")"},
    {"never over ours",
     {{"kubernetes.jobmanager.labels", "team:a,app:x"}},
     "",
     "",
     jm,
     "/metadata/labels/app",
     R"("session")"},
    {"of one side only",
     {{"kubernetes.jobmanager.labels", "team:a"}},
     "",
     "",
     tm,
     "/metadata/labels/team",
     ""},
    {"annotations as nested YAML gives them",
     {{"kubernetes.taskmanager.annotations.prometheus.io/port", "9249"}},
     "",
     "",
     tm,
     "/metadata/annotations/prometheus.io~port",
     R"("9249")"},
    {"node selector over the template",
     {{"kubernetes.taskmanager.node-selector", "disk:ssd"}},
     R"({"spec":{"nodeSelector":{"disk":"hdd","zone":"a"}}})",
     "",
     tm,
     "/spec/nodeSelector",
     R"({"disk":"ssd","zone":"a"})"},
    {"tolerations beside the template's",
     {{"kubernetes.jobmanager.tolerations",
       "key:a,operator:Exists,effect:NoExecute,tolerationSeconds:6000;key:b,value:c"}},
     R"({"spec":{"tolerations":[{"key":"b","value":"c"}]}})",
     "",
     jm,
     "/spec/tolerations",
     R"([{"key":"b","value":"c"},
         {"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":6000}])"},
    {"environment of a side",
     {{"containerized.taskmanager.env.A", "1"}, {"containerized.master.env.A", "2"}},
     in_main(R"("env":[{"name":"A","value":"0"}])"),
     "",
     tm,
     main_path + "/env/name=A",
     R"({"name":"A","value":"1"})"},
    {"a variable out of a Secret",
     {{"kubernetes.env.secretKeyRef", "env:A,secret:s,key:k"}},
     "",
     "",
     jm,
     main_path + "/env/name=A",
     R"({"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}})"},
    {"a Secret as a volume",
     {{"kubernetes.secrets", "s:/opt/s"}},
     "",
     "",
     tm,
     "/spec/volumes/name=s-volume",
     R"({"name":"s-volume","secret":{"secretName":"s"}})"},
    {"and where it is mounted",
     {{"kubernetes.secrets", "s:/opt/s"}},
     "",
     "",
     tm,
     main_path + "/volumeMounts/name=s-volume",
     R"({"name":"s-volume","mountPath":"/opt/s"})"},
    {"Hadoop's configuration",
     {{"kubernetes.hadoop.conf.config-map.name", "hadoop"}},
     "",
     "",
     jm,
     main_path + "/env/name=HADOOP_CONF_DIR",
     R"({"name":"HADOOP_CONF_DIR","value":"/opt/hadoop/conf"})"},
    {"is mounted there",
     {{"kubernetes.hadoop.conf.config-map.name", "hadoop"}},
     "",
     "",
     jm,
     "/spec/volumes/name=hadoop-config-volume",
     R"({"name":"hadoop-config-volume","configMap":{"name":"hadoop"}})"},
    {"the entry point over the template",
     {{"kubernetes.entry.path", "/start.sh"}},
     in_main(R"("command":["/wrap.sh"])"),
     "",
     jm,
     main_path + "/command",
     R"(["/start.sh"])"},
    {"another directory of the configuration",
     {{"kubernetes.flink.conf.dir", "/conf"}},
     "",
     "",
     tm,
     main_path + "/volumeMounts/name=flink-config-volume",
     R"({"name":"flink-config-volume","mountPath":"/conf"})"},
    {"of which Flink's scripts are told",
     {{"kubernetes.flink.conf.dir", "/conf"}},
     "",
     "",
     tm,
     main_path + "/env/name=FLINK_CONF_DIR",
     R"({"name":"FLINK_CONF_DIR","value":"/conf"})"},
    {"a directory of the logs",
     {{"kubernetes.flink.log.dir", "/logs"}},
     "",
     "",
     tm,
     main_path + "/env/name=FLINK_LOG_DIR",
     R"({"name":"FLINK_LOG_DIR","value":"/logs"})"},
    {"under high availability a JobManager has an address of its own",
     {{"high-availability.type", "kubernetes"}},
     "",
     "",
     jm,
     main_path + "/args",
     R"--(["jobmanager","-D","jobmanager.rpc.address=$(_POD_IP_ADDRESS)"])--"},
    {"REST with TLS is asked so",
     {{"security.ssl.rest.enabled", "true"}},
     "",
     "",
     jm,
     main_path + "/readinessProbe",
     R"({"httpGet":{"path":"/config","port":8081,"scheme":"HTTPS"},"periodSeconds":1,
         "failureThreshold":3})"},
    {"with a certificate that a kubelet has not: only whether it listens",
     {{"security.ssl.rest.enabled", "true"}, {"security.ssl.rest.authentication-enabled", "true"}},
     "",
     "",
     jm,
     main_path + "/readinessProbe",
     R"({"tcpSocket":{"port":8081},"periodSeconds":1,"failureThreshold":3})"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(pods_of_options) {
  for (const auto& row : option_rows) hold(row);
}

BOOST_AUTO_TEST_CASE(an_older_script_is_told_the_address_in_its_own_way) {
  pod_row row{};
  row.config = {{"high-availability", "zookeeper"}};
  auto cluster = cluster_of(row);
  const auto arguments = [&](flink_version version) {
    auto spec = *cluster.spec;
    spec.flink_version = version;
    cluster.spec = std::make_shared<const flink_deployment_spec>(spec);
    return *found_at(pod_of(cluster, jm), main_path + "/args");
  };
  const json by_place{"jobmanager", "$(_POD_IP_ADDRESS)"};
  const json by_option{"jobmanager", "-D", "jobmanager.rpc.address=$(_POD_IP_ADDRESS)"};
  BOOST_TEST(arguments(flink_version::v1_12) == by_place);
  BOOST_TEST(arguments(flink_version::v1_15) == by_place);
  BOOST_TEST(arguments(flink_version::v1_16) == by_option);
  BOOST_TEST(arguments(flink_version::v2_3) == by_option);
}

BOOST_AUTO_TEST_CASE(without_an_image_the_official_one_of_the_version) {
  auto cluster = cluster_of({});
  auto spec = *cluster.spec;
  spec.image.reset();
  spec.flink_version = flink_version::v2_1;
  const auto image = [&] {
    cluster.spec = std::make_shared<const flink_deployment_spec>(spec);
    return *found_at(pod_of(cluster, jm), main_path + "/image");
  };
  BOOST_TEST(image() == "flink:2.1");
  spec.pod_template = in_main(R"("image":"mine")");
  BOOST_TEST(image() == "mine");
  spec.flink_configuration["kubernetes.container.image"] = "given";
  BOOST_TEST(image() == "given");
}

}  // namespace drey::rows
